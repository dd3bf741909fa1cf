import { get, post } from '@/api/client';
import { recordWritten } from '@/api/hooks';
import type { Page, Rec, Ref } from '@/api/types';
import { errorText } from '@/ui/feedback';

export interface Extras {
  roles: Ref[];
  teams: Ref[];
  preferences: Record<string, string>;
}
/** The role that goes with a kind of work (ORG-08). */
export const TEMPLATE: Record<string, string> = { operator: 'operator', sales: 'salesperson', sales_manager: 'sales_manager' };

export const STEPS = [
  ['name', 'login', 'department', 'post', 'superior', 'mobile', 'email', 'user_type'],
  ['territory', 'status', 'administration', 'must_change_password'],
  [],
];

/** Roles and teams of a user just made; answers with what went wrong, for the user stands already. */
export async function giveExtras(user: Rec, extras: Extras): Promise<string[]> {
  const failed: string[] = [];
  const add = async (entity: string, values: Record<string, unknown>) => {
    try {
      await post(`/${entity}`, values);
    } catch (e) {
      failed.push(errorText(e));
    }
  };
  for (const role of extras.roles) await add('user-roles', { user: user.id, role: role.id });
  for (const team of extras.teams) await add('team-members', { user: user.id, team: team.id });
  recordWritten('user-roles');
  recordWritten('team-members');
  return failed;
}

/** Whether somebody has an account name already. */
export const isTaken = async (login: string) =>
  (await get<Page<Rec>>('/users', { filter: JSON.stringify({ login }), fields: 'login', limit: 1 })).items.length > 0;
