import { createActivities } from '../../activities';
import { renderInvoice } from '../../activities/invoices/renderInvoice';

const loaded: string[] = [];
jest.mock('pdfkit', () => {
  loaded.push('pdfkit');
  return jest.requireActual<object>('pdfkit');
});
jest.mock('fontkit', () => {
  loaded.push('fontkit');
  return jest.requireActual<object>('fontkit');
});

test('what draws invoices is loaded with the first one: a worker starts without it', async () => {
  expect({ activities: typeof createActivities, loaded }).toStrictEqual({ activities: 'function', loaded: [] });
  const request = {
    reference: 'E-1:invoice:1',
    offering: 'DDPS',
    country: 'SE',
    locationId: 'contoso-se',
    vouchers: [],
    amount: { minor: 1, currency: 'SEK' },
    invoice: { number: '2020-00001', date: '2020-08-17' },
  };
  await renderInvoice({ request, issuer: { name: 'Contoso', mpnId: '1', locations: [] } });
  expect(loaded).toContain('pdfkit');
});
