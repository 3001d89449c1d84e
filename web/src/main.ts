import './tokens.css';
import './fonts.css';
import './ui.css';
import './app.css';
import { data } from './room-data';
import { session } from './session';
import { state } from './state';
import { words } from './words';

// Words first: a frame without them would be redrawn under the reader's eyes.
await words.load(words.choose(state.now.lang));
await import('./app');
void session.load().then(() => { data.is_told_late(); session.addEventListener('reader', () => data.retry()); });
await data.begin();
