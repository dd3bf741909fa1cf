import { fileUrl } from '@/api/upload';

/** The name of a file; a link while the record still has it. */
export function AttachedFile({ name, file }: { name: string; file: string | null }) {
  if (!file) return <span>{name}</span>;
  return (
    <a href={fileUrl(file)} download>
      {name}
    </a>
  );
}
