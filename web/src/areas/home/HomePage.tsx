import { Link } from '@tanstack/react-router';
import { useMe, useMeta } from '@/api/hooks';
import { iconOf } from '..';
import { Icon } from '@/ui/Icon';
import { PageBar } from '@/ui/parts';

export default function HomePage() {
  const me = useMe();
  const meta = useMeta();
  return (
    <div className="page">
      <PageBar title={me.organisation.name} />
      <div className="home-grid">
        {meta.areas
          .flatMap((a) => a.entities)
          .filter((e) => meta.entities[e])
          .map((e) => (
            <Link key={e} to="/e/$entity" params={{ entity: e }} className="home-card">
              <Icon name={iconOf(e)} size={20} />
              {meta.entities[e].label}
            </Link>
          ))}
      </div>
    </div>
  );
}
