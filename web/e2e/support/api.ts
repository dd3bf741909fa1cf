import { request, type APIRequestContext } from '@playwright/test';
import { PASSWORD } from './server';
import { people, type Who } from './people';

export interface Rec {
  id: string;
  version: number;
  [field: string]: unknown;
}
type Body = Record<string, unknown>;

/** The API as one person, to prepare what a test needs and to look at what it left. */
export class Api {
  private constructor(
    private readonly http: APIRequestContext,
    private readonly csrf: string,
    readonly userId: string,
  ) {}

  static async as(who: Who): Promise<Api> {
    return Api.signIn(people[who].login);
  }
  static async signIn(login: string, password = PASSWORD): Promise<Api> {
    const http = await request.newContext({ baseURL: process.env.GUANXI_E2E_URL, extraHTTPHeaders: { 'accept-language': 'zh-CN' } });
    const answer = await http.post('/api/v1/session', { data: { login, password } });
    if (!answer.ok()) throw new Error(`${login}: ${answer.status()} ${await answer.text()}`);
    const me = await answer.json();
    return new Api(http, me.csrf, me.user.id);
  }
  async call<T = Rec>(method: string, path: string, data?: unknown): Promise<T> {
    const answer = await this.http.fetch(`/api/v1${path}`, { method, data, headers: { 'x-csrf-token': this.csrf } });
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }
  get = <T = Rec>(path: string) => this.call<T>('GET', path);
  post = <T = Rec>(path: string, body: Body = {}) => this.call<T>('POST', path, body);
  patch = <T = Rec>(path: string, body: Body) => this.call<T>('PATCH', path, body);
  async find(entity: string, filter: unknown): Promise<Rec[]> {
    const { items } = await this.get<{ items: Rec[] }>(`/${entity}?limit=200&filter=${encodeURIComponent(JSON.stringify(filter))}`);
    return items;
  }
  async state() {
    return this.http.storageState();
  }
  close = () => this.http.dispose();
}
