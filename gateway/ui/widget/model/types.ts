// The API's shapes under the names the widget uses. Must not hold behaviour.

import type { components } from '../../shared/generated/api';

type Schemas = components['schemas'];

export type Conversation = Schemas['WidgetConversation'];
export type Message = Schemas['WidgetMessage'];
export type Source = Schemas['Source'];
export type Control = Schemas['Control'];
export type SystemNotice = Schemas['SystemNotice'];
export type Delta = Schemas['Delta'];
export type Typing = Schemas['Typing'];
export type Posted = Schemas['WidgetPosted'];
export type State = Schemas['WidgetState'];
export type Session = Schemas['Session'];
export type Thread = Schemas['Thread'];
