import { settings } from '@/i18n/dict/settings';
import { translator } from '@/i18n/t';
import { SingletonPage } from './SingletonPage';

const tx = translator(settings);

/** What the company decided about its customers and people. */
export default function BusinessPage() {
  return <SingletonPage name="business-settings" title={tx('business')} />;
}
