package org.cumae.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// The few things that writing asks of a disk, so that tests can let each of them fail.
interface Disk {
    /// The disk of this machine.
    Disk REAL = new Real();

    /// Creates a file that was not there.
    WritableByteChannel create(Path path) throws IOException;

    /// Waits until what was written is on the device.
    void force(WritableByteChannel channel) throws IOException;

    /// Gives a file its final name in one step, in place of an earlier one.
    void rename(Path from, Path to) throws IOException;

    /// Waits until the names in a folder are on the device, where the system can do that.
    void forceFolder(Path folder);

    /// Removes a file, if it is there.
    void delete(Path path) throws IOException;

    /// The disk of this machine.
    final class Real implements Disk {
        @Override
        public FileChannel create(Path path) throws IOException {
            return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void force(WritableByteChannel channel) throws IOException {
            ((FileChannel) channel).force(true);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void forceFolder(Path folder) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (IOException e) {
                // Windows cannot open a folder: there the rename alone has to do.
                System.getLogger(Disk.class.getName())
                        .log(System.Logger.Level.DEBUG, "folder not forced: " + folder, e);
            }
        }

        @Override
        public void delete(Path path) throws IOException {
            Files.deleteIfExists(path);
        }
    }
}
