import { post } from '@/api/client';
import { queryClient, recordWritten } from '@/api/hooks';
import { toast } from '@/ui/feedback';

export async function readAllNotices() {
  try {
    await post('/me/notifications/read');
    recordWritten('notifications');
    void queryClient.invalidateQueries({ queryKey: ['me'] });
  } catch (e) {
    toast.error(e);
  }
}
