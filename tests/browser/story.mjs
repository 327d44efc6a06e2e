// Two windows live the whole story.
import { DESKTOP, play } from './lib/stage.mjs';
import { story } from './lib/story.mjs';

await play('story', (stage) => story(stage, { size: DESKTOP, prefix: 'desktop' }));
