import type { z } from 'zod';
import type { EngagementView } from '../../../contracts/engagement';
import { startRequestSchema } from '../../../contracts/engagement';
import { MESSAGE_ROUTES, payloadSchemas } from '../../../contracts/messages';
import { CORRECTING_MESSAGES, MESSAGE_ROLES, PARTNER_MESSAGE_ROLES, type Role } from '../../../contracts/names';
import { PARTNER_PUTS, PARTNER_ROUTES, partnerPayloadSchemas } from '../../../contracts/partner';
import { MESSAGE_STAGES } from '../../../domain/engagement/stages';
import { words } from '../../../domain/wording';
import { shapeOf, type Shape } from '../../wording/fields';
import { MESSAGE_HELP, type RoutedMessage } from '../../wording/messages';
import { PARTNER_MESSAGE_HELP, type RoutedPartnerMessage } from '../../wording/partnerMessages';
import { sentence } from './wording';

/** A message as a form says it. */
export interface FormMessage<Name extends string = string> {
  name: Name;
  title: string;
  summary: string;
  shape: Shape;
  method: 'POST' | 'PUT';
  /** The route below what it is said to. */
  route: string;
  roles: readonly Role[];
  /** It names the version that was read. */
  corrects: boolean;
}

const TITLES: Readonly<Record<string, string>> = { registerWithSavb: 'Register with SAVB' };

const messageOf = <Name extends string>(
  name: Name,
  schema: z.ZodType,
  { summary }: { summary: string },
  how: Pick<FormMessage, 'method' | 'route' | 'roles' | 'corrects'>,
): FormMessage<Name> => ({
  name,
  title: TITLES[name] ?? words(name),
  summary: sentence(summary),
  shape: shapeOf(schema),
  ...how,
});

/** Every message that is said to an engagement in a form, by name. */
export const ENGAGEMENT_FORMS: ReadonlyMap<string, FormMessage<RoutedMessage>> = new Map(
  (Object.keys(MESSAGE_ROUTES) as RoutedMessage[]).map((name) => [
    name,
    messageOf(name, payloadSchemas[name], MESSAGE_HELP[name], {
      method: 'POST',
      route: MESSAGE_ROUTES[name],
      roles: MESSAGE_ROLES[name],
      corrects: CORRECTING_MESSAGES.includes(name),
    }),
  ]),
);

/** Every message that is said to a partner in a form, by name. */
export const PARTNER_FORMS: ReadonlyMap<string, FormMessage<RoutedPartnerMessage>> = new Map(
  (Object.keys(PARTNER_ROUTES) as RoutedPartnerMessage[]).map((name) => {
    const method = PARTNER_PUTS.includes(name) ? 'PUT' : 'POST';
    const roles = PARTNER_MESSAGE_ROLES[name];
    const how = { method, route: PARTNER_ROUTES[name], roles, corrects: method === 'PUT' } as const;
    return [name, messageOf(name, partnerPayloadSchemas[name], PARTNER_MESSAGE_HELP[name], how)];
  }),
);

/** What begins an engagement. */
export const START = {
  name: 'startEngagement',
  title: 'Start an engagement',
  summary: 'The customer is known, and the engagement type; the voucher comes later.',
  shape: shapeOf(startRequestSchema),
  method: 'POST',
  corrects: false,
} as const;

const maySay = ({ roles }: FormMessage, own: readonly Role[]): boolean => own.some((role) => roles.includes(role));

/** What somebody with these roles can say to an engagement in its stage; what it waits for comes first. */
export function formsFor({ stage, awaiting }: EngagementView, roles: readonly Role[]): FormMessage<RoutedMessage>[] {
  const possible = [...ENGAGEMENT_FORMS.values()].filter(
    (form) => maySay(form, roles) && (MESSAGE_STAGES[form.name]?.includes(stage) ?? true),
  );
  const isAwaited = ({ name }: FormMessage) => name === awaiting?.message;
  return [...possible.filter(isAwaited), ...possible.filter((form) => !isAwaited(form))];
}

/** What somebody with these roles can say to a partner. */
export const partnerFormsFor = (roles: readonly Role[]): FormMessage<RoutedPartnerMessage>[] =>
  [...PARTNER_FORMS.values()].filter((form) => maySay(form, roles));
