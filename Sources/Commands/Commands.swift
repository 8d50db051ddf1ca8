public func runTF() -> Int32 { print("tf"); return 0 }
