import type { Locator, Page } from 'playwright-core';
import { engagementWorkflowId, partnerWorkflowId } from '../../contracts/names';
import { savedViews } from '../../domain/why/savedViews';
import { openPage, shoot, type Studio } from './shots';

const NAMESPACE = 'default';
const COLUMNS = ['Status', 'Workflow ID', 'EngagementStage', 'PartnerId', 'NextDeadline', 'OpenTasks'];
const WIDTH = 1_440;

/** What support staff see in the Temporal UI, with the columns and the saved views that our documentation names. */
export async function shootTemporalUi(studio: Studio): Promise<void> {
  await shootList(studio);
  await shootCard(studio, 'temporal-ui-engagement', engagementWorkflowId('litware'), 1_380);
  await shootCard(studio, 'temporal-ui-settlement', engagementWorkflowId('woodgrove-bank'), 1_380);
  await shootCard(studio, 'temporal-ui-partner', partnerWorkflowId('contoso-services'), 1_040);
  await shootPending(studio);
}

/** All of them, and one of the saved views. */
async function shootList(studio: Studio): Promise<void> {
  const page = await openUi(studio, 910);
  const row = (engagementId: string) => page.getByText(engagementWorkflowId(engagementId));
  await page.goto(`${studio.uiUrl}/namespaces/${NAMESPACE}/workflows`);
  await shoot(studio, page, 'temporal-ui-list', { ready: row('fabrikam') });
  await page.getByTestId('saved-views-button').click();
  await page.getByText('needs a person').first().click();
  await row('fabrikam').waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  await page.setViewportSize({ width: WIDTH, height: 460 });
  await shoot(studio, page, 'temporal-ui-view', { ready: row('woodgrove-bank') });
  await page.context().close();
}

async function shootCard(studio: Studio, name: string, workflowId: string, height: number): Promise<void> {
  const page = await openWorkflow(studio, workflowId, 'User Metadata', height);
  const card = page.locator('iframe').last().contentFrame();
  await shoot(studio, page, name, { ready: card.getByText('Last events') });
  await page.context().close();
}

/** Without the stack trace, which names folders of this machine. */
async function shootPending(studio: Studio): Promise<void> {
  const page = await openWorkflow(studio, engagementWorkflowId('blue-yonder'), 'Pending Activities', 900);
  const [ready, above]: Locator[] = [page.getByText(/does not accept our token/), page.getByText('Stack Trace')];
  await shoot(studio, page, 'temporal-ui-pending', { ready: ready!, above });
  await page.context().close();
}

async function openWorkflow(studio: Studio, workflowId: string, tab: string, height: number): Promise<Page> {
  const page = await openUi(studio, height);
  await page.goto(`${studio.uiUrl}/namespaces/${NAMESPACE}/workflows/${workflowId}`);
  await page.getByRole('tab', { name: tab }).click();
  return page;
}

/** The Temporal UI keeps columns, saved views and whether its menu is open in the browser. */
async function openUi(studio: Studio, height: number): Promise<Page> {
  const views = savedViews(studio.today, '+00:00').map(({ name, query }) => ({ id: name, name, query, type: 'user' }));
  const kept = {
    'namespace-workflow-table-columns': { [NAMESPACE]: COLUMNS.map((label) => ({ label })) },
    'saved-workflow-queries': { [NAMESPACE]: views },
    navOpen: false,
  };
  const localStorage = Object.entries(kept).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  const origins = [{ origin: studio.uiUrl, localStorage }];
  return openPage(studio, [WIDTH, height], { storageState: { cookies: [], origins } });
}
