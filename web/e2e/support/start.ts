import { PASSWORD, Server } from './server';
import { people } from './people';

/** The demonstration company behind most tests: set up, given passwords, served, stopped at the end. */
export default async function start() {
  const server = new Server();
  const { admin, ...others } = people;
  try {
    server.run(
      ['setup', '--org', '靖江关系科技有限公司', '--admin', admin.login, '--admin-name', admin.name, '--password-stdin', '--demo', '300'],
      PASSWORD,
    );
    for (const { login } of Object.values(others)) server.run(['user', 'password', login], PASSWORD);
    await server.serve();
  } catch (error) {
    await server.stop();
    throw error;
  }
  process.env.GUANXI_E2E_URL = server.url;
  return async () => {
    if (process.env.GUANXI_E2E_LOG) console.log(server.printed);
    await server.stop();
  };
}
