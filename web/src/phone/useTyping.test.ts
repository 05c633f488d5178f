import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { PhoneMessage } from "./simulator";
import { useTyping } from "./useTyping";

const NOW = new Date("2026-11-20T12:00:00Z");

function message(sid: string, direction: PhoneMessage["direction"], typing_until?: string): PhoneMessage {
  return {
    sid,
    direction,
    from: "+14155550117",
    to: "+14155550142",
    body: sid,
    media: [],
    at: NOW.toISOString(),
    status: "received",
    error_code: null,
    channel: "whatsapp",
    ...(typing_until && { typing_until }),
  };
}

describe("useTyping", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is so until its time is over", () => {
    const { result } = renderHook(() => useTyping([message("SM1", "from_phone", "2026-11-20T12:00:25Z")]));
    expect(result.current).toBe(true);
    act(() => {
      vi.advanceTimersByTime(24_000);
    });
    expect(result.current).toBe(true);
    act(() => {
      vi.advanceTimersByTime(2_000);
    });
    expect(result.current).toBe(false);
  });

  it("ends with the answer", () => {
    const asked = message("SM1", "from_phone", "2026-11-20T12:00:25Z");
    const { result } = renderHook(() => useTyping([asked, message("SM2", "to_phone")]));
    expect(result.current).toBe(false);
  });

  it("is not so for what nobody answers, nor for what is over", () => {
    const { result, rerender } = renderHook((messages: PhoneMessage[]) => useTyping(messages), {
      initialProps: [message("SM1", "from_phone")],
    });
    expect(result.current).toBe(false);
    rerender([message("SM1", "from_phone", "2026-11-20T11:59:00Z")]);
    expect(result.current).toBe(false);
  });
});
