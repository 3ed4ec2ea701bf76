package org.cumae.data;

import org.cumae.Check;

import java.net.URI;
import java.util.List;

/// One file of a data set.
///
/// @param path where it lies in a [DataFolder], with `/` between folders
/// @param origin where it is fetched from
/// @param bytes its length; of a packed file about its length
/// @param sha256 its digest, in hexadecimal; of a packed file that of its [Listing]
public record DataFile(String path, Origin origin, long bytes, String sha256) {
    /// Where a file is fetched from.
    public sealed interface Origin {
        /// What is fetched.
        URI uri();

        /// The file itself.
        record Plain(URI uri) implements Origin {}

        /// A zip archive of a repository, of which some folders are packed into a zip of their own.
        ///
        /// @param uri the archive, in which everything lies under one folder
        /// @param folders the folders that are taken, each with `/` at its end
        record Archive(URI uri, List<String> folders) implements Origin {
            /// Copies the list.
            public Archive {
                folders = List.copyOf(folders);
            }
        }
    }

    /// Refuses a path that leads out of the folder, and a digest that is none.
    public DataFile {
        Check.argument(
                path.matches("[A-Za-z0-9][\\w.-]*(/[A-Za-z0-9][\\w.-]*)*"),
                "path '%s' of a data file must be plain names with / between",
                path);
        Check.argument(
                sha256.matches("[0-9a-f]{64}"), "%s: '%s' is no SHA-256 digest", path, sha256);
        Check.argument(bytes > 0, "%s: bytes is %d; it must be 1 or more", path, bytes);
    }
}
