// The whole story with both on a phone.
import { PHONE, play } from './lib/stage.mjs';
import { story } from './lib/story.mjs';

await play('story-phone', (stage) => story(stage, { size: PHONE, prefix: 'phone' }));
