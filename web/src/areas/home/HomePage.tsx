import { Link } from '@tanstack/react-router';
import { useEntity, useMe } from '@/api/hooks';
import type { Filter } from '@/api/types';
import { formatInstant } from '@/i18n/format';
import { home } from '@/i18n/dict/home';
import { translator } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { ApplicationsPanel, useToApprove } from './ApplicationsPanel';
import { DuePanel, useDue } from './DuePanel';
import { FirstSteps } from './FirstSteps';
import { EndingPanel, useEnding } from './EndingPanel';
import { NoticesPanel } from './NoticesPanel';
import { RecentPanel, useWeek, WeekPanel } from './RecentPanels';
import { PeoplePanel } from './PeoplePanel';
import { TeamPanel } from './TeamPanel';
import { today } from '../shared/days';
import { useWhose } from './whose';
import './home.css';

const tx = translator(home);

function partOfDay() {
  const hour = Number(formatInstant(new Date().toISOString()).slice(11, 13));
  return tx(hour < 11 ? 'morning' : hour < 13 ? 'noon' : hour < 18 ? 'afternoon' : 'evening');
}

function Kpi({ label, value, tone, to, search }: { label: string; value?: number; tone?: string; to: string; search?: Record<string, string> }) {
  return (
    <Link to={to as '/'} search={(search ?? {}) as never} className="kpi">
      <span className="muted">{label}</span>
      <strong className={`num${value && tone ? ` kpi-${tone}` : ''}`}>{value ?? '–'}</strong>
    </Link>
  );
}

/** Today's work of the person who is signed in (NTF-01, ACT-24). */
export default function HomePage() {
  const me = useMe();
  const customers = useEntity('customers');
  const whose = useWhose();
  const { team } = whose;
  const works = Boolean(customers) && whose.works;
  const writes = can(useEntity('follow-ups'), 'create');
  const due = useDue(whose);
  const ending = useEnding(whose);
  const toApprove = useToApprove();
  const decides = can(useEntity('applications'), 'approve') || Boolean(toApprove.data?.count?.value);
  const week = useWeek(whose);
  const all = (filter: Filter) => ({ view: 'all', filter: JSON.stringify(filter) });
  const dueLeads = due.leads.data?.count?.value;
  return (
    <div className="page home">
      <header className="home-head">
        <h1>{tx('greeting', { name: String(me.user.name ?? ''), part: partOfDay() })}</h1>
        <span className="muted num">{today()}</span>
      </header>
      <FirstSteps />
      {(works || decides || writes) && (
        <nav className="kpis" aria-label={tx('due')}>
          {works && (
            <>
              <Kpi label={tx('due.kpi')} value={due.customers.data?.count?.value} to="/e/customers" search={team ? all(due.due) : { view: 'contact_today' }} />
              {dueLeads ? (
                <Kpi label={tx('due.kpi.leads')} value={dueLeads} to="/e/leads" search={team ? all(due.dueLeads) : { view: 'contact_today' }} />
              ) : null}
              <Kpi label={tx('due.overdue')} value={due.customers.data && due.overdue} tone="red" to="/e/customers" search={all(due.late)} />
              <Kpi label={tx('ending.kpi')} value={ending.list.data?.count?.value} tone="amber" to="/e/customers" search={team ? all(ending.filter) : { view: 'returning' }} />
            </>
          )}
          {decides && <Kpi label={tx('approve')} value={toApprove.data?.count?.value} tone="amber" to="/applications" />}
          {(works || writes) && <Kpi label={tx('week')} value={week.list.data?.count?.value} to="/e/follow-ups" search={team ? all(week.filter) : { view: 'mine' }} />}
          {works && <Kpi label={tx('held')} value={whose.held} to="/e/customers" search={{ view: 'mine' }} />}
        </nav>
      )}
      <div className="home-columns">
        <div className="stack">
          {(team || !works) && <PeoplePanel />}
          {team && <TeamPanel />}
          {works && <DuePanel due={due} team={team} />}
          {!team && <TeamPanel />}
          <RecentPanel whose={whose} />
        </div>
        <div className="stack">
          <ApplicationsPanel toApprove={toApprove} />
          {works && <EndingPanel ending={ending} team={team} />}
          <NoticesPanel />
          {(works || writes) && <WeekPanel week={week} team={team} />}
          {!team && works && <PeoplePanel />}
        </div>
      </div>
    </div>
  );
}
