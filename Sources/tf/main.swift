import Commands

let status = runTF()
