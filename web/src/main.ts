import './tokens.css';
import './fonts.css';
import './ui.css';
import './app.css';
import { data } from './room-data';
import { session } from './session';
import { state } from './state';
import { words } from './words';

// Records are asked for while the app is fetched. Words before it: a frame without them would be redrawn under the reader's eyes.
const begun = data.begin();
await words.load(words.choose(state.now.lang));
await import('./app');
void session.load().then(() => { data.is_told_late(); session.addEventListener('reader', () => data.retry()); });
await begun;
