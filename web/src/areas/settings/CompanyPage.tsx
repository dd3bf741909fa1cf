import { settings } from '@/i18n/dict/settings';
import { translator } from '@/i18n/t';
import { SingletonPage } from './SingletonPage';

const tx = translator(settings);

/** The company (ORG-01) and what holds for its accounts. */
export default function CompanyPage() {
  return <SingletonPage name="organisations" title={tx('company')} />;
}
