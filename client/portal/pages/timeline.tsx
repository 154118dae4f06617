import { words } from '../../../domain/wording';
import type { EventCells } from '../../wording/events';

/** Everything that was recorded, newest first. */
export const Timeline = ({ cells }: { cells: readonly EventCells[] }) => (
  <ol class="timeline">
    {cells.toReversed().map(([at, version, type, actor, told]) => (
      <li key={version} class={type === 'MessageRefused' ? 'refused' : undefined}>
        <strong>{words(type)}</strong> {told}
        <small>{`${at} · ${actor}`}</small>
      </li>
    ))}
  </ol>
);
