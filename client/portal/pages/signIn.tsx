import { Layout } from './layout';

export const signInPage = (to: string) => (
  <Layout title="Sign in">
    <h1>Planning Services engagements</h1>
    <p>For partners, operators and support. You sign in with your organisation’s account.</p>
    <p>
      <a class="button" href={`/portal/sign-in/issuer?to=${encodeURIComponent(to)}`}>
        Sign in
      </a>
    </p>
  </Layout>
);

export const signedOutPage = () => (
  <Layout title="Signed out">
    <h1>You are signed out</h1>
    <p>Of this page; your organisation’s account may still be signed in elsewhere in this browser.</p>
    <p>
      <a class="button" href="/portal/sign-in">
        Sign in again
      </a>
    </p>
  </Layout>
);

/** `url` is the address at which signing in works, whichever one was used. */
export const notSignedInPage = (url: string, why: string) => (
  <Layout title="Not signed in">
    <h1>You are not signed in</h1>
    <p>{why}</p>
    <p>
      <a class="button" href={`${url}/portal/sign-in`}>
        Try again
      </a>
    </p>
  </Layout>
);
