import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Review } from "@/api/types";
import { answerByPath, aUser, renderSignedIn } from "@/test/render";
import { toasts } from "@/ui/toasts";

import { ReviewNotice } from "./ReviewNotice";
import { applyDecision, reviewsQuery } from "./reviews";

beforeEach(() => toasts.set([]));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const review: Review = {
  id: "r1",
  at: "2026-11-20T09:00:00Z",
  message_id: "m1",
  conversation_id: "v1",
  address: "+14155550132",
  name: "Ana",
  text: "Please take me off your list",
};

function draw(conversationId: string, user = aUser) {
  const answers = answerByPath({ "GET /api/reviews": { items: [review] }, "POST /api/reviews/r1": {} });
  return { ...answers, ...renderSignedIn(<ReviewNotice conversationId={conversationId} />, user) };
}

test("a text that may mean stop is put before the reader, who decides once", async () => {
  const { to } = draw("v1");
  expect(await screen.findByText("Please take me off your list")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Yes, opt them out" }));
  await waitFor(() => expect(toasts.get()).toHaveLength(1));
  expect(await to("POST /api/reviews/r1")[0]?.json()).toEqual({ action: "opt_out" });
  expect(screen.queryByText("Please take me off your list")).toBeNull();
});

test("other conversations and viewers are not asked", async () => {
  const { to, unmount } = draw("v2");
  await waitFor(() => expect(to("GET /api/reviews")).toHaveLength(1));
  expect(screen.queryByRole("button")).toBeNull();
  unmount();
  const viewer = draw("v1", { ...aUser, role: "viewer" });
  await waitFor(() => expect(viewer.to("GET /api/reviews")).toHaveLength(1));
  expect(screen.queryByRole("button")).toBeNull();
});

test("only news from a conversation with an open text makes the list old", () => {
  vi.useFakeTimers();
  const { client } = draw("v1");
  client.setQueryData(reviewsQuery.queryKey, [review]);
  const isOld = () => client.getQueryState(reviewsQuery.queryKey)?.isInvalidated;
  const invalidate = vi.spyOn(client, "invalidateQueries");
  applyDecision(client, "v2");
  vi.runAllTimers();
  expect(isOld()).toBe(false);
  applyDecision(client, "v1");
  applyDecision(client, "v1");
  vi.runAllTimers();
  expect(invalidate).toHaveBeenCalledOnce();
});
