import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterContextProvider,
} from "@tanstack/react-router";
import type { ReactElement } from "react";

import type { User } from "@/api/types";

import { renderSignedIn } from "./render";

/** Draws something with links in it; where they lead is not part of the test. */
export function renderWithLinks(element: ReactElement, user?: User) {
  const root = createRootRoute();
  const anywhere = createRoute({ getParentRoute: () => root, path: "$" });
  const router = createRouter({ routeTree: root.addChildren([anywhere]), history: createMemoryHistory() });
  return renderSignedIn(<RouterContextProvider router={router}>{element}</RouterContextProvider>, user);
}
