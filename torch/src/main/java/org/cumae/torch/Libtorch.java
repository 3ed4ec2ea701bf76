package org.cumae.torch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/// The native libraries under everything here. They are looked for on the class path and nowhere
/// else; nothing is fetched.
public final class Libtorch {
    private Libtorch() {}

    /// Loads them, if nobody has yet. Whoever opens a device, a model or a count of threads does it
    /// first, so that what is missing is told in a sentence and not by the first tensor.
    ///
    /// @throws IllegalStateException naming the platform, what is missing, and what to add
    public static void load() {
        try {
            Loader.load(torch.class);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            String platform = Loader.getPlatform();
            throw new IllegalStateException(
                    ("libtorch does not load on %s (%s); put org.bytedeco:pytorch, openblas and javacpp"
                                    + " with the classifier %1$s on the class path, in the versions that"
                                    + " cumae-torch names: Maven adds those of the machine that builds, and of"
                                    + " another with -Djavacpp.platform=")
                            .formatted(platform, e.getMessage()),
                    e);
        }
    }
}
