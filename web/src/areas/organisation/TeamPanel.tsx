import { organisation as dict } from '@/i18n/dict/organisation';
import { translator } from '@/i18n/t';
import { Panel } from '@/ui/parts';
import type { RecordPanelProps } from '..';
import { Links } from './Links';

const tx = translator(dict);

/** The members of a team (ORG-45). */
export default function TeamPanel({ record }: RecordPanelProps) {
  return (
    <Panel title={tx('members')}>
      <Links join="team-members" here="team" id={record.id} there="user" target="users" add={tx('members.add')} none={tx('members.none')} />
    </Panel>
  );
}
