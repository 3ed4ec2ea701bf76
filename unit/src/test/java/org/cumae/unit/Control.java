package org.cumae.unit;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// The Hugging Face tokenizers themselves, as their Java binding bundles them: the control for
/// ours. Its own loader, which may look elsewhere and download, is not used: the library in the jar
/// is.
final class Control implements AutoCloseable {
    private static final boolean THERE = load();

    private final long handle;

    private Control(String json) {
        this.handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
    }

    static Control of(String json) {
        Assumptions.assumeTrue(THERE, "the control has no native library for this platform");
        return new Control(json);
    }

    int[] encode(String text, boolean addSpecial) {
        long encoding = TokenizersLibrary.LIB.encode(handle, text, addSpecial);
        try {
            return LongStream.of(TokenizersLibrary.LIB.getTokenIds(encoding))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    String decode(int[] ids, boolean skipSpecial) {
        return TokenizersLibrary.LIB.decode(
                handle, IntStream.of(ids).asLongStream().toArray(), skipSpecial);
    }

    @Override
    public void close() {
        TokenizersLibrary.LIB.deleteTokenizer(handle);
    }

    private static boolean load() {
        String place = "/native/lib/linux-x86_64/cpu/libtokenizers.so";
        boolean here =
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64");
        try (InputStream library = here ? Control.class.getResourceAsStream(place) : null) {
            if (library == null) {
                return false;
            }
            Path file = Files.createTempFile("tokenizers", ".so");
            Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
            System.load(file.toString());
            Files.delete(file);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
