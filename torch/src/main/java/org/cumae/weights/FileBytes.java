package org.cumae.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/// One open file: its size when it was opened, and exact reads at given offsets into memory of the
/// caller. Never mapped: touching a page of a mapping whose file was cut kills the process, while a
/// read merely ends early. Reads may run on several threads at once.
final class FileBytes implements AutoCloseable {
    /// Longest single read: the JDK copies reads into heap memory through a native buffer as long
    /// as the read, and keeps it.
    private static final long SLICE = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final long size;

    private FileBytes(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    /// Opens a regular file. A pipe or device is refused before it is opened: opening one may block
    /// for ever.
    static FileBytes open(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new WeightFileException(
                        path, "is a directory; expected a safetensors or GGUF file");
            }
            if (!attributes.isRegularFile()) {
                throw new WeightFileException(
                        path,
                        "is a pipe, socket or device; expected a regular file, so copy it to one"
                                + " first");
            }
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return new FileBytes(path, channel, channel.size());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new WeightFileException(e, path, "no such file; check the path");
        } catch (AccessDeniedException e) {
            throw new WeightFileException(
                    e, path, "may not be read by this user; check its permissions");
        } catch (IOException e) {
            throw new WeightFileException(e, path, "cannot be opened: %s", e.getMessage());
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /// Fills `target` with the bytes from `offset` on.
    ///
    /// @param what what is read, for messages
    void read(long offset, MemorySegment target, String what) {
        long length = target.byteSize();
        if (offset < 0 || length > size - offset) {
            throw new WeightFileException(
                    path,
                    "file ends at byte %d, but %s needs bytes [%d, %d); the file is cut short, so"
                            + " fetch or copy it again",
                    size,
                    what,
                    offset,
                    offset + length);
        }
        long done = 0;
        while (done < length) {
            ByteBuffer slice = target.asSlice(done, Math.min(SLICE, length - done)).asByteBuffer();
            done += readSome(slice, offset + done, what);
        }
    }

    private int readSome(ByteBuffer slice, long offset, String what) {
        int count;
        try {
            count = channel.read(slice, offset);
        } catch (ClosedByInterruptException e) {
            throw new WeightFileException(
                    e, path, "reading %s was interrupted; open the file again to go on", what);
        } catch (ClosedChannelException e) {
            throw new WeightFileException(
                    e, path, "was closed before %s was read; read it while the file is open", what);
        } catch (IOException e) {
            throw new WeightFileException(
                    e, path, "reading %s failed at byte %d: %s", what, offset, e.getMessage());
        }
        if (count < 0) {
            throw new WeightFileException(
                    path,
                    "was cut while %s was read: it had %d bytes when it was opened and ends at or"
                            + " before byte %d now; leave files alone while they are read, then"
                            + " open it again",
                    what,
                    size,
                    offset);
        }
        return count;
    }

    /// Refuses a file whose length is no longer what it was: what was read may be half old, half
    /// new.
    void checkUnchanged(String what) {
        long now;
        try {
            now = channel.size();
        } catch (IOException e) {
            throw new WeightFileException(
                    e, path, "was closed or lost while %s was read: %s", what, e.getMessage());
        }
        if (now != size) {
            throw new WeightFileException(
                    path,
                    "changed while %s was read: it had %d bytes when it was opened and has %d now;"
                            + " leave files alone while they are read, then open it again",
                    what,
                    size,
                    now);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new WeightFileException(e, path, "cannot be closed: %s", e.getMessage());
        }
    }
}
