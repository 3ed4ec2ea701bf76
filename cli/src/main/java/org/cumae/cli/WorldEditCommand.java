package org.cumae.cli;

import org.cumae.canvas.Canvas;
import org.cumae.decode.Filled;
import org.cumae.psi.Cell;
import org.cumae.psi.Edit;
import org.cumae.psi.Mask;
import org.cumae.psi.Pose;
import org.cumae.psi.Raster;
import org.cumae.psi.Segments;
import org.cumae.psi.World;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.concurrent.Callable;

/// `cumae world edit WORLD`: moves a thing, and has the world paint the rest.
@Command(
        name = "edit",
        mixinStandardHelpOptions = true,
        description = {
            "Find the segment of a patch, move or turn it, and have the world paint frame 1: what was",
            "behind it as well."
        },
        footer = {
            "",
            "Example: ./cumae world edit moving-object --at 4,4 --move 2,-1 --out runs/edit"
        })
final class WorldEditCommand implements Callable<Integer> {
    private static final int POKES = 8;

    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Option(
            names = "--at",
            required = true,
            paramLabel = "Y,X",
            description = "a patch of what is moved")
    private String at = "";

    @Option(
            names = "--move",
            paramLabel = "X,Y",
            description = "pixels to the right and down (default 1,0)")
    private String move = "1,0";

    @Option(names = "--turn", description = "degrees, clockwise (default 0)")
    private double turn;

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Canvas frame = open.frames(scene.shown(open), 1);
            Cell point = SceneOptions.cells(at, world).getFirst();
            Mask segment = Segments.of(world, POKES).segment(world, frame, point).mask();
            double[] by = SceneOptions.vector(move);
            Raster flat = Raster.of(segment.rows(), segment.columns(), 1, (_, _, _) -> 1);
            // at depth 1 and focal length 1, what moves by a pixel is seen to do so
            Pose pose = new Pose(Pose.rotateZ(turn).rotation(), List.of(by[0], by[1], 0.0));
            Raster motion = Edit.motion(segment, flat, pose, 1, world.book(World.RGB).side());
            Filled filled = Edit.OBJECT.withSeed(scene.seed).paint(world, frame, motion);
            object.put("moved", segment.count());
            object.put("passes", filled.ledger().forwards());
            Raster before = world.raster(frame, World.RGB, SceneOptions.FIRST);
            List<Pictures.Captioned> strip =
                    List.of(
                            new Pictures.Captioned(
                                    Pictures.segment(before, segment), "frame 0 and the segment"),
                            new Pictures.Captioned(Pictures.of(motion), "the motion it is given"),
                            new Pictures.Captioned(
                                    Pictures.of(
                                            world.raster(
                                                    filled.canvas(),
                                                    World.RGB,
                                                    SceneOptions.SECOND)),
                                    "frame 1, one patch after the other"));
            scene.picture(Pictures.filmstrip(strip), "edit.png", object);
            output.print(
                    object,
                    () ->
                            "moved %d patches, painted %d in %d passes%n%s"
                                    .formatted(
                                            segment.count(),
                                            filled.written().size(),
                                            filled.ledger().forwards(),
                                            scene.files()));
        }
        return 0;
    }
}
