// Which page is at which path.

import {Actions} from "./actions.js";
import {ActionPage} from "./action.js";
import {Call} from "./call.js";
import {Calls} from "./calls.js";
import {Connections} from "./connections.js";
import {ConnectionPage, NewConnection} from "./connection.js";
import {Events} from "./events.js";
import {EventPage} from "./event.js";
import {Keys} from "./keys.js";
import {Overview} from "./overview.js";
import {Payer} from "./payer.js";
import {Payers} from "./payers.js";
import {Start} from "./start.js";
import {Timeline} from "./timeline.js";

export const routes = [
  {path: "/", page: Start},
  {path: "/keys", page: Keys},
  {path: "/connections", page: Connections},
  {path: "/new-connection", page: NewConnection},
  {path: "/connections/:connection", page: Overview},
  {path: "/connections/:connection/settings", page: ConnectionPage},
  {path: "/connections/:connection/actions", page: Actions},
  {path: "/connections/:connection/actions/:action", page: ActionPage},
  {path: "/connections/:connection/calls", page: Calls},
  {path: "/connections/:connection/calls/:call", page: Call},
  {path: "/connections/:connection/events", page: Events},
  {path: "/connections/:connection/events/:event", page: EventPage},
  {path: "/connections/:connection/timeline/:kind/:subject", page: Timeline},
  {path: "/connections/:connection/payers", page: Payers},
  {path: "/connections/:connection/payers/:payer", page: Payer},
];
