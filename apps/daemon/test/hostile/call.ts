export type Fields = Record<string, unknown>;

/** One request to the hostile driver, and what it may do. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: Fields;
  report(...items: unknown[]): void;
  send(message: Fields): void;
}
