import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { get, patch, post, send } from '@/api/client';
import { followJob } from '@/api/jobs';
import { queryClient, recordWritten, useEntity } from '@/api/hooks';
import type { Entity, Import, ImportOptions, Job } from '@/api/types';
import { keepQuiet } from '@/app/jobToast';
import { useGo, usePathParams, useSearchText } from '@/app/nav';
import { t, type Key } from '@/i18n/t';
import { can } from '@/metadata/fields';
import { confirm, toast } from '@/ui/feedback';
import { EmptyState, ErrorState, Loading, PageBar, Panel } from '@/ui/parts';
import { Mapping } from './Mapping';
import { Preview } from './Preview';
import { Result } from './Result';
import { UploadArea } from './UploadArea';
import './import.css';

const STEPS: Key[] = ['import.upload', 'import.map', 'import.preview', 'import.result'];
const stepOf = (i: Import | undefined) => (!i ? 0 : i.state === 'mapping' || i.state === 'previewing' ? 1 : i.state === 'ready' ? 2 : 3);

export default function ImportPage() {
  const { entity: name } = usePathParams();
  const entity = useEntity(name);
  const [search] = useSearchText();
  if (!entity || !can(entity, 'import')) return <EmptyState icon="warning" title={t('error.noentity')} />;
  return <Wizard key={`${name}|${search.id ?? ''}`} name={name} entity={entity} id={search.id} />;
}

/** Upload, match columns, look at what would happen, run, and take it back if it was wrong. */
function Wizard({ name, entity, id }: { name: string; entity: Entity; id?: string }) {
  const go = useGo();
  const [busy, setBusy] = useState<Key | null>(null);
  const [progress, setProgress] = useState<Job | null>(null);
  const [remap, setRemap] = useState(false);
  const state = useQuery({ queryKey: ['import', id], queryFn: () => get<Import>(`/imports/${id}`), enabled: Boolean(id) });
  const put = (i: Import) => queryClient.setQueryData(['import', i.id], i);
  const reload = async () => {
    put(await get<Import>(`/imports/${id}`));
    void queryClient.invalidateQueries({ queryKey: ['imports'] });
  };

  const work = async (label: Key, task: () => Promise<void>) => {
    setBusy(label);
    setProgress(null);
    try {
      await task();
    } catch (e) {
      toast.error(e);
    }
    setBusy(null);
  };
  const follow = async (answer: { job?: string; id?: string } | undefined) => {
    const job = answer?.job ?? answer?.id;
    if (!job) return;
    keepQuiet(job);
    await followJob(job, setProgress);
  };
  const upload = (file: File) =>
    work('field.uploading', async () => {
      const body = new FormData();
      body.append('file', file);
      const made: Import = await (await send('POST', `/${name}/imports`, { body })).json();
      put(made);
      go(`/import/${name}`, { id: made.id });
    });
  const preview = (change: Pick<Import, 'mapping' | 'options'>) =>
    work('import.previewing', async () => {
      put(await patch<Import>(`/imports/${id}`, change));
      await follow(await post(`/imports/${id}/preview`));
      await reload();
      setRemap(false);
    });
  const reread = (options: Partial<ImportOptions>) =>
    work('import.previewing', async () => {
      put(await patch<Import>(`/imports/${id}`, { options }));
    });
  const run = () =>
    work('import.running', async () => {
      await follow(await post(`/imports/${id}/run`));
      await reload();
      recordWritten(name);
    });
  const revert = async () => {
    if (!(await confirm({ title: t('import.revert'), content: t('import.revert.sure'), danger: true }))) return;
    await work('import.running', async () => {
      await follow(await post(`/imports/${id}/revert`));
      await reload();
      recordWritten(name);
    });
  };
  const data = id ? state.data : undefined;
  const step = remap ? 1 : stepOf(data);
  return (
    <div className="page">
      <div className={`import-page${step === 2 ? ' is-wide' : ''}`}>
        <PageBar title={t('import.title', { name: entity.plural })}>
          <Button onClick={() => go(`/e/${name}`)}>{t('import.open')}</Button>
        </PageBar>
        <ol className="import-steps">
          {STEPS.map((s, i) => (
            <li key={s} aria-current={i === step ? 'step' : undefined} className={i < step ? 'step-done' : ''}>
              {i + 1} {t(s)}
            </li>
          ))}
        </ol>
        <Panel>
          {busy ? (
            <div className="import-busy">
              <Loading label={t(busy)} />
              {progress && progress.total > 0 && (
                <>
                  <progress max={progress.total} value={progress.done} aria-label={t(busy)} />
                  <span className="num">{t('job.progress', { done: progress.done, total: progress.total })}</span>
                </>
              )}
            </div>
          ) : id && state.isError ? (
            <ErrorState error={state.error} retry={() => void state.refetch()} />
          ) : id && !data ? (
            <Loading />
          ) : !data ? (
            <UploadArea onFile={(f) => void upload(f)} />
          ) : step === 1 ? (
            <Mapping
              key={`${data.options.encoding}|${data.options.worksheet}`}
              data={data}
              entity={entity}
              onRead={(options) => void reread(options)}
              onNext={(c) => void preview(c)}
            />
          ) : step === 2 ? (
            <Preview
              data={data}
              entity={entity}
              onBack={() => setRemap(true)}
              onAddWords={() => void preview({ mapping: data.mapping, options: { ...data.options, add_choices: true } })}
              onRun={() => void run()}
            />
          ) : (
            <Result data={data} onRun={() => void run()} onRevert={() => void revert()} onAgain={() => go(`/import/${name}`)} />
          )}
        </Panel>
      </div>
    </div>
  );
}
