import { useCallback, useEffect, useRef, useState } from "react";

import { api, call } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { Conversation, PersonaTrial } from "@/api/types";

import { tryPersona } from "./personas";

/** What came of one conversation: an answer, or why there is none. */
export type Tried =
  { conversation: Conversation; trial: PersonaTrial } | { conversation: Conversation; error: unknown };

type State = { running: boolean; total: number; done: Tried[] };

const idle: State = { running: false, total: 0, done: [] };

/** A used-up budget or a switch that is off stands against the rest as well. */
const endsAll = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

/** Tries a persona on conversations, one after the other: what each costs is real. */
export function useTrial() {
  const [state, setState] = useState<State>(idle);
  const running = useRef<AbortController>(undefined);
  const stop = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setState((now) => ({ ...now, running: false }));
  }, []);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (slug: string, find: (signal: AbortSignal) => Promise<Conversation[]>): Promise<void> => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    setState({ ...idle, running: true });
    const conversations = await find(abort.signal);
    setState({ running: true, total: conversations.length, done: [] });
    for (const conversation of conversations) {
      const tried = await tryPersona(slug, conversation.id, abort.signal).then(
        (trial): Tried => ({ conversation, trial }),
        (error: unknown): Tried => ({ conversation, error }),
      );
      if (abort.signal.aborted) return;
      setState((now) => ({ ...now, done: [...now.done, tried] }));
      if ("error" in tried && endsAll(tried.error)) break;
    }
    setState((now) => ({ ...now, running: false }));
  };
  return { ...state, run, stop };
}

/** The conversations that something happened in last. */
export const latestConversations = async (limit: number, signal: AbortSignal): Promise<Conversation[]> =>
  (await call(api.GET("/api/conversations", { params: { query: { status: "all", limit } }, signal }))).items;
