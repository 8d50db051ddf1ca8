import Commands
import System

/// Everything has been written when `runTF` returns, so there is nothing left to do but to end.
Process.exit(runTF())
