package org.cumae.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/// Writes files that are whole or not there at all: beside the target under another name, forced to
/// the device, then renamed. Whatever fails on the way, and at whatever moment the power goes, the
/// target is the old file or the new one.
public final class WholeFile {
    /// Writes what the file shall hold.
    @FunctionalInterface
    public interface Body {
        /// Writes all bytes, front to back.
        void writeTo(Sink sink) throws IOException;
    }

    /// Where the bytes go.
    public static final class Sink {
        private static final long SLICE = 1 << 20;

        private final WritableByteChannel channel;
        private long written;

        private Sink(WritableByteChannel channel) {
            this.channel = channel;
        }

        /// Writes bytes of any memory.
        public void write(MemorySegment bytes) throws IOException {
            for (long done = 0; done < bytes.byteSize(); done += SLICE) {
                MemorySegment slice = bytes.asSlice(done, Math.min(SLICE, bytes.byteSize() - done));
                boolean direct = slice.heapBase().map(base -> base instanceof byte[]).orElse(true);
                ByteBuffer buffer =
                        direct
                                ? slice.asByteBuffer()
                                : ByteBuffer.wrap(slice.toArray(ValueLayout.JAVA_BYTE));
                while (buffer.hasRemaining()) {
                    written += channel.write(buffer);
                }
            }
        }

        /// Writes bytes.
        public void write(byte[] bytes) throws IOException {
            write(MemorySegment.ofArray(bytes));
        }

        /// How many bytes have been written so far.
        public long written() {
            return written;
        }
    }

    private WholeFile() {}

    /// Writes a file, in place of an earlier one of that name.
    ///
    /// @throws WeightFileException if it cannot be written; then an earlier file is as it was
    public static void write(Path target, Body body) {
        write(Disk.REAL, target, body);
    }

    static void write(Disk disk, Path target, Body body) {
        Path beside = beside(target);
        boolean done = false;
        try {
            try (WritableByteChannel channel = disk.create(beside)) {
                body.writeTo(new Sink(channel));
                disk.force(channel);
            }
            disk.rename(beside, target);
            done = true;
        } catch (IOException e) {
            throw new WeightFileException(
                    e,
                    target,
                    "could not be written: %s (%s free on its disk); a file that had this name is"
                            + " as it was, so make room or allow writing, then try again",
                    e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(),
                    free(target));
        } finally {
            if (!done) {
                discard(disk, beside);
            }
        }
        disk.forceFolder(folder(target));
    }

    private static Path beside(Path target) {
        Path name = target.getFileName();
        if (name == null || Files.isDirectory(target)) {
            throw new WeightFileException(
                    target, "is a directory; give the name of a file to write");
        }
        long mark = ThreadLocalRandom.current().nextLong();
        return target.resolveSibling("." + name + "." + Long.toHexString(mark) + ".part");
    }

    private static void discard(Disk disk, Path beside) {
        try {
            disk.delete(beside);
        } catch (IOException e) {
            System.getLogger(WholeFile.class.getName())
                    .log(System.Logger.Level.WARNING, "left behind: " + beside, e);
        }
    }

    private static String free(Path target) {
        try {
            return Files.getFileStore(folder(target)).getUsableSpace() + " bytes";
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static Path folder(Path target) {
        // A path that names a file has a parent once it is absolute.
        return Objects.requireNonNull(target.toAbsolutePath().getParent());
    }
}
