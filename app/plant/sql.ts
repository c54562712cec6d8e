/** The seam to PostgreSQL. `main` has its one implementation. */

/** A connection. Rows come as objects by column; jsonb is parsed; a `bigint` column must be cast. */
export type PlantSql = {
  /**
   * One statement with its parameters, in a transaction of its own; without parameters it may be several.
   *
   * @throws plant.unreachable – no connection, or it broke; `plant.*` – as `errorOf` names the refusal
   */
  query<T>(text: string, params?: readonly unknown[]): Promise<T[]>;
  close(): Promise<void>;
};

/** How to reach a plant. `tls` is false only where nothing leaves this PC. */
export type PlantAddress = {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string | undefined;
  /** A PEM file with the root of the server's certificate; undefined for the roots of the system. */
  rootFile: string | undefined;
  /** PEM files with which the login proves itself, beside a password or in its place. */
  client: { certificateFile: string; keyFile: string } | undefined;
  tls: boolean;
};

/** Opens a connection. @throws plant.unreachable, plant.refused, call.badParams – the address is none */
export type OpenPlant = (url: string) => Promise<PlantSql>;
