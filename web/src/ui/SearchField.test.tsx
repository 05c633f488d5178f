import { fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { SearchField } from "./SearchField";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const field = (): HTMLInputElement => screen.getByRole("searchbox", { name: "Search" });

test("searches once typing pauses, for what was typed last", () => {
  const onSearch = vi.fn();
  render(<SearchField label="Search" value="" onSearch={onSearch} />);
  fireEvent.change(field(), { target: { value: "a" } });
  fireEvent.change(field(), { target: { value: "ana " } });
  vi.advanceTimersByTime(500);
  expect(onSearch.mock.calls).toEqual([["ana"]]);
});

test("Escape clears the search", () => {
  const onSearch = vi.fn();
  render(<SearchField label="Search" value="ana" onSearch={onSearch} />);
  fireEvent.keyDown(field(), { key: "Escape" });
  vi.advanceTimersByTime(500);
  expect(field().value).toBe("");
  expect(onSearch).toHaveBeenCalledWith("");
});

test("follows the address when it changes by itself, but not while it lags behind typing", () => {
  const { rerender } = render(<SearchField label="Search" value="" onSearch={vi.fn()} />);
  fireEvent.change(field(), { target: { value: "ana " } });
  rerender(<SearchField label="Search" value="ana" onSearch={vi.fn()} />);
  expect(field().value).toBe("ana ");
  rerender(<SearchField label="Search" value="" onSearch={vi.fn()} />);
  expect(field().value).toBe("");
});
