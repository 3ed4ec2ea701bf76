package org.cumae.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `cumae world`: ask a world, poke it, and read its structure off the answers.
@Command(
        name = "world",
        mixinStandardHelpOptions = true,
        description = {
            "Ask a world for anything given anything, and read motion, segments and depth off it",
            "(probabilistic structure integration, arXiv 2509.09737)."
        },
        subcommands = {
            WorldListCommand.class,
            WorldAskCommand.class,
            WorldFlowCommand.class,
            WorldMotionCommand.class,
            WorldSegmentCommand.class,
            WorldInfluenceCommand.class,
            WorldDepthCommand.class,
            WorldEditCommand.class,
            WorldRollCommand.class,
            WorldEntropyCommand.class,
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae world ask moving-object \"rgb0,f01[3,4]->rgb1\" --out runs/asked",
            "  ./cumae world segment moving-object --at 4,4 --out runs/segment",
            "  ./cumae world list"
        })
final class WorldCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
