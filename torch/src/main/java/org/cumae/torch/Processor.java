package org.cumae.torch;

import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;

/// The processor as libtorch uses it; its number of threads is one for the whole process.
public final class Processor {
    private Processor() {}

    /// Lets products use so many threads from now on.
    ///
    /// @throws IllegalArgumentException if there is no thread among them
    public static void useThreads(int count) {
        Check.argument(count > 0, "threads is %d; it must be 1 or more", count);
        torch.set_num_threads(count);
    }

    /// How many threads a product may use.
    public static int threads() {
        return torch.get_num_threads();
    }
}
