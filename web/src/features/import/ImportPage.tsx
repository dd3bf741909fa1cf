import { EmptyState } from '@/ui/parts';
export default function ImportPage() { return <EmptyState title="…" />; }
