import { EmptyState } from '@/ui/parts';
export default function ImportsPage() { return <EmptyState title="…" />; }
