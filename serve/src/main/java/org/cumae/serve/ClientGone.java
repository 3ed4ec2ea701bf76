package org.cumae.serve;

/// The client has closed its connection: nobody waits for the answer any more.
final class ClientGone extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClientGone() {
        super("the client is gone", null, false, false);
    }
}
