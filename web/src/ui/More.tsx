import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { t } from '@/i18n/t';

/** Asks for the next page of a list, as long as there is one. */
export function More({ list }: { list: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'> }) {
  if (!list.hasNextPage) return null;
  return (
    <p className="center">
      <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t('more')}
      </Button>
    </p>
  );
}
