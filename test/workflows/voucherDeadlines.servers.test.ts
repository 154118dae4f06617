import { addDays } from '../../domain/days';
import { Case } from '../support/house';
import { housesInOwnTime } from './ownTime';

jest.setTimeout(60_000);

const openHouse = housesInOwnTime();

test('the customer is reminded after 7 and 21 days, after 45 a person is asked to look', async () => {
  const house = await openHouse();
  const engagement = await Case.start(house);
  const { today } = engagement;
  await house.sleepUntil(addDays(today, 45));
  const { tasks } = await engagement.until((view) => view.tasks.length > 0);
  console.log(await engagement.timeline(), tasks);
});
