package org.zennet.headless.internal.cli;

import java.io.PrintWriter;
import org.osgi.framework.BundleContext;
import org.zennet.headless.internal.demo.DemoCommand;
import org.zennet.headless.internal.measure.BenchmarkCommand;
import org.zennet.headless.internal.measure.PerfCommand;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code zennet} command with all its sub-commands. Exit codes: 0 done, 1 failed, 2 misused. */
@Command(name = "zennet", versionProvider = ZennetCommand.Version.class, description = "A free market for computation.",
        footer = {"", "Also: zennet workbench (the desktop), zennet test, zennet doctor, zennet clean."})
public final class ZennetCommand implements Runnable {
    /** The command was done. */
    public static final int DONE = 0;
    /** It failed, for a reason that was printed in one line. */
    public static final int FAILED = 1;
    /** The command line was not understood. */
    public static final int MISUSED = 2;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** Runs a command line. */
    public static int execute(BundleContext bundles, NodeRuntime runtime, String... words) {
        return commands(bundles, runtime).execute(words);
    }

    /** The whole tree of commands. */
    static CommandLine commands(BundleContext bundles, NodeRuntime runtime) {
        CommandLine line = new CommandLine(new ZennetCommand());
        line.addSubcommand(new DemoCommand(bundles, runtime));
        line.addSubcommand(new NetworkCommand(runtime));
        line.addSubcommand(new ProcessCommands.Node(bundles, runtime));
        line.addSubcommand(new ProcessCommands.Miner(bundles, runtime));
        line.addSubcommand(new ProcessCommands.Provider(bundles, runtime));
        line.addSubcommand(new JobCommand(bundles, runtime));
        line.addSubcommand(new RentCommand(bundles, runtime));
        line.addSubcommand(new CommandLine(new SshCommand()).setStopAtPositional(true));
        line.addSubcommand(new WalletCommand(runtime));
        line.addSubcommand(new ChainCommand());
        line.addSubcommand(new MarketCommands.Offers(bundles, runtime));
        line.addSubcommand(new PluginsCommand());
        line.addSubcommand(new PluginCommand());
        line.addSubcommand(new HealthCommand());
        line.addSubcommand(new ConfigCommand(bundles));
        line.addSubcommand(new BenchmarkCommand(bundles, runtime));
        line.addSubcommand(new PerfCommand(bundles, runtime));
        help(line);
        line.getCommandSpec().addOption(CommandLine.Model.OptionSpec.builder("-V", "--version").versionHelp(true)
                .description("Show the version.").build());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            PrintWriter err = command.getErr();
            if (e instanceof Rejected || e instanceof IllegalArgumentException) {
                String message = String.valueOf(e.getMessage());
                err.println("zennet: " + message);
            } else {
                org.slf4j.LoggerFactory.getLogger(ZennetCommand.class).error("a command failed", e);
                err.println("zennet: this is a fault of Zennet itself: " + e.getClass().getSimpleName() + ": " + e.getMessage());
                if (Boolean.getBoolean("zennet.debug")) {
                    e.printStackTrace(err);
                }
            }
            err.flush();
            return e instanceof Misused ? MISUSED : FAILED;
        });
        line.setParameterExceptionHandler((e, rest) -> {
            PrintWriter err = e.getCommandLine().getErr();
            err.println("zennet: " + e.getMessage() + " ('zennet " + path(e.getCommandLine()) + "--help' tells more)");
            err.flush();
            return MISUSED;
        });
        return line;
    }

    private static String path(CommandLine line) {
        String name = line.getCommandSpec().qualifiedName();
        return name.equals("zennet") ? "" : name.substring("zennet ".length()) + " ";
    }

    /** Gives every command {@code --help}, and a word that asks for a sub-command where one is missing. */
    private static void help(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        // At the end: picocli hands values to command methods by the place of their options.
        spec.addOption(CommandLine.Model.OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this text.").build());
        if (!spec.subcommands().isEmpty()) {
            spec.usageMessage().synopsisSubcommandLabel("COMMAND");
        }
        spec.subcommands().values().forEach(ZennetCommand::help);
    }

    /** Tells the version of the product. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            org.osgi.framework.Bundle bundle = org.osgi.framework.FrameworkUtil.getBundle(ZennetCommand.class);
            return new String[] {"zennet " + (bundle == null ? "(unpacked)" : bundle.getVersion().toString())};
        }
    }
}
