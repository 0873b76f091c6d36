/** Who looks: what is private needs somebody who is signed in. */
export interface Viewer {
  isSignedIn: boolean;
  /** Where signing in leads back here from. */
  signInPath: string;
}
