package org.cumae.weights;

import java.nio.file.Path;

/// How long a header may be: headers become objects several times their size, and a file must not
/// be able to exhaust the heap with a header that is as long as the file honestly says.
final class HeaderBudget {
    /// No published model comes near this.
    private static final long MOST = 256L << 20;

    /// Bytes on the heap for one byte of the meanest header, twice over.
    private static final long GROWTH = 32;

    private HeaderBudget() {}

    static long bytes() {
        return Math.min(MOST, Runtime.getRuntime().maxMemory() / GROWTH);
    }

    static void check(Path path, long bytes) {
        if (bytes > bytes()) {
            throw new WeightFileException(
                    path,
                    "the header takes %d bytes or more and at most %d fit this heap of %d; if the"
                            + " file is sound, start Java with a larger -Xmx",
                    bytes,
                    bytes(),
                    Runtime.getRuntime().maxMemory());
        }
    }
}
