package dev.elbo.serve;

/** A request that is not answered as asked: an HTTP status, and words for whoever sent it. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1;

  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int TOO_LARGE = 413;
  static final int TOO_MANY = 429;
  static final int INTERNAL = 500;
  static final int UNAVAILABLE = 503;

  private final int status;

  Refusal(int status, String message) {
    // Clients cause these at will: no stack trace is taken.
    super(message, /* cause= */ null, /* enableSuppression= */ false, /* writable= */ false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
