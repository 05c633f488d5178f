import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

import "@/i18n";

import { mediaQueriesMatch } from "./media";

// What is waited for may take its time on a busy machine; a test that waits for nothing is not slower for it.
configure({ asyncUtilTimeout: 10_000 });

beforeEach(() => mediaQueriesMatch(false));

afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});
