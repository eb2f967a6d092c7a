/** The server, or this library, does not do what was asked. `code` is the server's where it has one. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string = code) {
    super(message);
    this.name = 'Refused';
    this.code = code;
  }
}
