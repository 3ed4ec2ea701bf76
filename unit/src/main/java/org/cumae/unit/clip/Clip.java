package org.cumae.unit.clip;

import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.cumae.Check;
import org.cumae.psi.Raster;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Frames of a video, one after the other.
///
/// @param frames `[rows, columns, 3]` each in [0, 1], all of one size
/// @param rate frames a second
public record Clip(List<Raster> frames, double rate) {
    /// The largest side of a video, in pixels.
    public static final int LARGEST = 8192;

    private static final int MOST_UNREADABLE = 10; // frames in a row
    private static final int BYTE = 0xFF;

    /// Copies the list.
    public Clip {
        frames = List.copyOf(frames);
    }

    /// Reads a video, made smaller while it is decoded.
    ///
    /// @param file in any form that FFmpeg reads, such as MP4
    /// @param rows of each frame; the columns follow from the video's shape
    /// @param most how many frames are read at most
    /// @throws IllegalArgumentException if it is no video, has no picture that can be read, or is
    ///   larger than [#LARGEST]
    public static Clip read(Path file, int rows, int most) {
        Check.argument(Files.isRegularFile(file), "there is no file %s", file);
        Check.argument(rows > 0 && most > 0, "%d rows, %d frames; give 1 or more", rows, most);
        avutil.av_log_set_level(avutil.AV_LOG_QUIET); // what is wrong is told by exceptions
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile())) {
            grabber.start();
            int height = grabber.getImageHeight();
            int width = grabber.getImageWidth();
            Check.argument(
                    grabber.hasVideo() && height > 0 && width > 0, "%s shows no pictures", file);
            Check.argument(
                    height <= LARGEST && width <= LARGEST,
                    "%s has frames of %d x %d pixels; a video has at most %d a side; make it smaller",
                    file,
                    width,
                    height,
                    LARGEST);
            grabber.setImageHeight(rows);
            grabber.setImageWidth(Math.max(1, (int) Math.round((double) rows * width / height)));
            List<Raster> frames = frames(grabber, most);
            Check.argument(!frames.isEmpty(), "%s has no frame that can be read", file);
            return new Clip(frames, grabber.getVideoFrameRate());
        } catch (FrameGrabber.Exception e) {
            throw new IllegalArgumentException(
                    "%s cannot be read as a video: %s".formatted(file, e.getMessage()), e);
        }
    }

    /// Frames until the end, or until nothing more can be read: of a file that was cut off, what is
    /// there.
    private static List<Raster> frames(FFmpegFrameGrabber grabber, int most) {
        List<Raster> frames = new ArrayList<>();
        int unreadable = 0;
        while (frames.size() < most && unreadable < MOST_UNREADABLE) {
            try {
                Frame frame = grabber.grabImage();
                if (frame == null) {
                    return frames;
                }
                frames.add(raster(frame));
                unreadable = 0;
            } catch (FrameGrabber.Exception _) {
                unreadable++;
            }
        }
        return frames;
    }

    /// JavaCV gives blue, green and red.
    private static Raster raster(Frame frame) {
        ByteBuffer bytes = (ByteBuffer) frame.image[0];
        return Raster.of(
                frame.imageHeight,
                frame.imageWidth,
                3,
                (y, x, c) -> (bytes.get(y * frame.imageStride + 3 * x + 2 - c) & BYTE) / 255.0);
    }
}
