// The program as commands load it that only ask: they are over in a moment, so that to load and
// compile it is most of what they cost. The build makes one script of this, with what V8 compiled
// of it beside it.
import * as z from 'zod';
import { main } from './main.ts';

// A schema that is asked once is not worth compiling.
z.config({ jitless: true });

export { main };
