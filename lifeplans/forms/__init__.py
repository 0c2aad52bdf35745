"""What is typed about a plan: by practitioners (`staff`) and by the person (`portal`)."""
