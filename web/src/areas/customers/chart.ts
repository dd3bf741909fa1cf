import type { Filter, Rec } from '@/api/types';
import { refOf } from '../shared/queries';

/** Somebody in a chart, and who reports to them. */
export interface Seat {
  person: Rec;
  below: Seat[];
}

/** People as a tree; at the top stand those whose superior is nobody here. */
export function chartOf(people: Rec[]): Seat[] {
  const seats = new Map(people.map((person) => [person.id, { person, below: [] } as Seat]));
  const top: Seat[] = [];
  for (const seat of seats.values()) {
    const above = seats.get(refOf(seat.person.reports_to)?.id ?? '');
    (above && above !== seat ? above.below : top).push(seat);
  }
  return top;
}

/** The contacts of a customer: its own, and those joined with it (CON-03). */
export function peopleOf(customer: string, links: Rec[]): Filter {
  const joined = links.map((link) => refOf(link.contact)?.id).filter((id): id is string => Boolean(id));
  return joined.length ? { or: [{ customer }, { id: { in: joined } }] } : { customer };
}
