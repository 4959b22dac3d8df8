// The simulated market's categories, all invented: first level at the margin, then
// `second level: leaf, leaf, …`. Some leaf names are shared on purpose ("Gift Sets", "Socks",
// "Cleaning Kits"): names repeat upstream, ids do not.
export const CATEGORY_TREE = `
Scent & Skin
  Fragrance: Eau de Parfum, Pocket Atomisers, Solid Scents, Oud Blends, Citrus Colognes, Layering Oils, Discovery Boxes, Gift Sets
  Cleansing: Gel Washes, Oil Balms, Clay Bars, Micellar Pads, Enzyme Powders, Konjac Sponges, Wash Cloths
  Daily Moisture: Water Gels, Barrier Creams, Ceramide Lotions, Squalane Drops, Overnight Masks, Lip Butters, Hand Salves, Travel Minis
  Targeted Care: Retinol Drops, Vitamin C Ampoules, Spot Patches, Eye Sticks, Peel Solutions, Niacinamide Mixes, Scar Gels
  Sun Protection: Tinted SPF, Stick SPF, Mineral Fluids, Kids' SPF, After-Sun Gels, UV Mists
  Colour Cosmetics: Cushion Compacts, Lip Tints, Brow Gels, Liquid Blush, Glitter Liners, Setting Mists, Contour Wands, Lash Clusters, Palettes
  Nails: Press-On Tips, Gel Strips, Cuticle Pens, Mini UV Lamps, Nail Charms, Remover Clips, Top Coats
  Bath Ritual: Fizz Tablets, Salt Soaks, Sugar Polishes, Shower Steamers, Body Butters, Foaming Washes, Gift Sets
Hair & Grooming
  Wash & Condition: Scalp Shampoos, Solid Shampoos, Leave-In Milks, Bond Repair Masks, Purple Toners, Dry Shampoos, Refills
  Styling: Curl Creams, Edge Wax, Sea Salt Sprays, Root Powders, Heat Shields, Finishing Oils, Slick Sticks, Hair Mousses
  Colour at Home: Root Sprays, Colour Masks, Bleach Kits, Henna Blends, Gloss Drops, Hair Chalks
  Tools: Blowout Brushes, Cordless Curlers, Ceramic Crimpers, Diffuser Heads, Detangling Combs, Heatless Rods, Scalp Massagers, Flat Irons
  Extensions: Clip-In Wefts, Braiding Hair, Lace Wigs, Ponytail Wraps, Fringe Pieces, Wig Caps, Wig Stands
  Shaving: Safety Razors, Foil Shavers, Body Groomers, Shave Soaps, Post-Shave Balms, Nose Trimmers, Brush Stands, Refills
  Beard: Beard Oils, Beard Brushes, Moustache Wax, Growth Rollers, Shaping Guides, Gift Sets
Women's Wardrobe
  Dresses: Wrap Dresses, Slip Dresses, Linen Shirtdresses, Party Minis, Pleated Maxis, Smocked Dresses, Evening Gowns, Knit Dresses
  Tops: Ribbed Tanks, Boxy Tees, Peplum Blouses, Corset Tops, Mesh Layers, Crop Cardigans, Satin Shirts, Off-Shoulder Knits, T-Shirts
  Bottoms: Wide-Leg Trousers, Cargo Skirts, Flared Leggings, Mom Jeans, Pleated Skorts, Bike Shorts, Linen Shorts, Barrel Jeans
  Layers: Cropped Blazers, Teddy Jackets, Trench Coats, Quilted Gilets, Shackets, Rain Capes, Faux Leather Jackets
  Lounge: Waffle Sets, Satin Pyjamas, Fleece Robes, Knit Loungers, Oversized Hoodies, Bed Jackets, Socks
  Underlayers: Seamless Bras, Sculpting Shorts, Lace Briefs, Bodysuits, Stick-On Cups, Thermal Vests, Slip Shorts, Hosiery
  Modest Wear: Jersey Wraps, Open Abayas, Long Tunics, Prayer Gowns, Underscarf Caps, Chiffon Shawls, Maxi Cardigans
  Swim: Tankinis, Ruched One-Pieces, Swim Skirts, Beach Kaftans, Rash Vests, Crochet Cover-Ups
Men's Wardrobe
  Shirts: Camp Collar Shirts, Oxford Shirts, Linen Henleys, Overshirts, Polo Knits, Flannel Checks, Grandad Collars
  Tees: Heavyweight Tees, Graphic Tees, Long-Sleeve Tees, Muscle Vests, Tie-Dye Tees, Pocket Tees, T-Shirts
  Trousers: Pleated Chinos, Parachute Pants, Selvedge Jeans, Drawstring Linens, Cargo Joggers, Corduroys, Tailored Shorts, Jorts
  Outer Layers: Bomber Jackets, Coach Jackets, Puffer Vests, Wool Overcoats, Windbreakers, Fleece Zips, Rain Shells
  Tailoring: Two-Piece Suits, Waistcoats, Dinner Jackets, Dress Trousers, Bow Ties, Pocket Squares
  Base Layers: Boxer Briefs, Trunks, Thermal Sets, Ribbed Vests, Compression Tees, Socks, Sleep Shorts
  Workwear: Carpenter Jeans, Hi-Vis Vests, Chef Jackets, Scrubs, Coveralls, Tool Belts
Children's Wardrobe
  Babywear: Zip Sleepsuits, Knit Bootees, Muslin Rompers, Bodysuits, Padded Pramsuits, Scratch Mitts, Bibs & Bandanas
  Girls: Twirl Dresses, Tutu Skirts, Leggings Packs, Denim Pinafores, Sequin Tees, Knit Ponchos, Party Shoes
  Boys: Dino Tees, Jogger Sets, Cargo Shorts, Check Shirts, Hooded Gilets, Football Kits, Mini Suits
  School: Pleated Pinafores, Grey Trousers, Polo Packs, Blazer Badges, PE Bags, Name Labels, Socks
  Sleep & Play: Character Pyjamas, Hooded Towels, Dress-Up Capes, Animal Onesies, Play Aprons, Slipper Socks, Fleece Robes
  Weather: Puddle Suits, Wellies, Sun Hats, Snow Mittens, Splash Jackets, UV Suits, Ear-Flap Hats
  Kids' Feet: First Walkers, Light-Up Trainers, Jelly Sandals, School Shoes, Barefoot Shoes, Clog Charms
Footwear
  Trainers: Retro Runners, Platform Trainers, Court Classics, Chunky Soles, Knit Slip-Ons, High-Tops, Trail Shoes
  Boots: Chelsea Boots, Lace-Up Combats, Cowboy Boots, Snow Boots, Ankle Heels, Biker Boots, Work Boots
  Sandals: Cloud Slides, Strappy Flats, Cork Footbeds, Fisherman Sandals, Gladiators, Wedge Espadrilles, Sport Sandals
  Heels: Kitten Slingbacks, Block Mules, Clear Stilettos, Mary Jane Pumps, Platform Sandals, Bridal Heels, Foldable Flats
  Smart: Penny Loafers, Derby Shoes, Monk Straps, Driving Mocs, Brogues, Tassel Loafers
  House Shoes: Memory Foam Slippers, Sheepskin Mules, Heated Slippers, Quilted Booties, Tatami Slides, Spa Slippers
  Shoe Care: Foam Insoles, Crease Guards, Suede Brushes, Elastic Laces, Shoe Trees, Odour Balls, Sole Stickers, Cleaning Kits
Bags & Travel
  Handbags: Crescent Bags, Woven Totes, Bucket Bags, Box Clutches, Quilted Crossbodies, Doctor Bags, Canvas Totes, Beaded Evening Bags
  Backpacks: Roll-Top Packs, Laptop Packs, Mini Backpacks, School Backpacks, Anti-Theft Packs, Photo Packs, Drawstring Sacks
  Luggage: Cabin Cases, Hardshell Sets, Weekender Holdalls, Garment Bags, Kids' Ride-On Cases, Expandable Cases, Luggage Straps
  Travel Comfort: Neck Pillows, Compression Cubes, Passport Sleeves, Toiletry Rolls, Footrest Hammocks, Eye Masks, Luggage Scales, Travel Minis
  Wallets: Card Holders, Zip Purses, Money Clips, Phone Wallets, Coin Pouches, Tracker Wallets
  Work Bags: Messenger Bags, Briefcases, Tablet Sleeves, Tool Totes, Nurse Bags, Lunch Satchels
  Bag Extras: Bag Charms, Strap Chains, Bag Organisers, Rain Covers, Key Leashes, Purse Hooks, Scarf Twillies
Jewellery & Eyewear
  Necklaces: Initial Pendants, Layered Chains, Pearl Strands, Birthstone Drops, Tennis Necklaces, Lockets, Body Chains
  Earrings: Huggie Hoops, Ear Cuffs, Statement Drops, Screw-Back Studs, Threaders, Clip-Ons, Piercing Barbells
  Rings: Stackable Bands, Signet Rings, Promise Rings, Adjustable Rings, Fidget Rings, Moissanite Rings, Toe Rings
  Bracelets: Charm Bracelets, Beaded Stacks, Cuff Bangles, Couple Bracelets, Anklets, Permanent Chain Kits, Prayer Beads
  Watches: Mesh Strap Watches, Dive-Style Watches, Retro Digitals, Pocket Watches, Watch Straps, Watch Winders, Nurse Fobs
  Eyewear: Blue-Light Frames, Cat-Eye Sunglasses, Sport Wraps, Reading Glasses, Clip-On Lenses, Glasses Chains, Lens Wipes, Storage Cases
  Hair Jewels: Claw Clips, Silk Scrunchies, Bow Barrettes, Pearl Pins, Padded Headbands, Bandanas, Snap Clips
  Jewellery Care: Velvet Trays, Travel Cases, Ultrasonic Baths, Polishing Cloths, Ring Sizers, Repair Kits
Kitchen & Table
  Pans: Granite Skillets, Cast Iron Casseroles, Carbon Steel Woks, Egg Pans, Stockpots, Milk Pans, Griddle Plates, Pan Sets
  Baking: Silicone Moulds, Springform Tins, Piping Sets, Banneton Baskets, Cookie Stamps, Rolling Mats, Cake Turntables, Cupcake Cases
  Prep Tools: Mandoline Slicers, Garlic Rockers, Chopping Boards, Paring Knives, Knife Rolls, Herb Mills, Avocado Tools, Salad Spinners
  Food Storage: Glass Boxes, Vacuum Canisters, Beeswax Wraps, Spice Racks, Bread Bins, Stacking Tubs, Freezer Trays, Cereal Dispensers
  Tableware: Stoneware Bowls, Dinner Sets, Flatware Sets, Serving Boards, Woven Placemats, Sauce Dishes, Napkin Rings, Chopstick Sets
  Drinks at Home: Insulated Tumblers, Iced Coffee Glasses, Straw Sets, Cocktail Shakers, Wine Aerators, Pitchers, Ice Ball Trays, Gift Sets
  Coffee & Tea Gear: Pour-Over Cones, Moka Pots, Milk Frothers, Hand Grinders, Matcha Whisks, Tea Infusers, French Presses, Descaling Tabs
  On the Go: Bento Boxes, Soup Flasks, Cool Bags, Cutlery Pouches, Collapsible Cups, Water Bottles, Baby Food Pots
Small Appliances
  Countertop Cooking: Basket Air Fryers, Multi Cookers, Waffle Irons, Rice Cookers, Hot Pots, Egg Boilers, Sandwich Presses, Pizza Ovens
  Blending: Portable Blenders, Stick Blenders, Citrus Juicers, Mini Choppers, Stand Mixers, Soup Makers, Spare Parts
  Hot Drinks: Capsule Machines, Gooseneck Kettles, Cold Brew Makers, Bean-to-Cup, Milk Steamers, Mug Warmers
  Air & Climate: Tower Fans, Misting Fans, Ceramic Heaters, Ultrasonic Humidifiers, HEPA Purifiers, Mini Dehumidifiers, Spare Filters
  Floor Care: Stick Vacuums, Robot Vacuums, Wet Mops, Handheld Vacuums, Carpet Spotters, Steam Mops, Mite Removers, Spare Parts
  Garment Care: Handheld Steamers, Cordless Irons, Lint Shavers, Mini Washers, Heated Airers, Sewing Machines
  Novelty: Popcorn Makers, Ice Makers, Candyfloss Makers, Yoghurt Makers, Chocolate Fountains, Mini Fridges
Furniture
  Seating: Accent Chairs, Bean Bags, Rocking Chairs, Bar Stools, Floor Chairs, Recliners, Storage Ottomans, Sofa Beds
  Tables: Nesting Tables, Lift-Top Tables, Folding Tables, Bedside Tables, Console Tables, Laptop Trays, Dining Sets
  Storage: Cube Shelves, Shoe Cabinets, Rolling Carts, Fabric Wardrobes, Bookcases, Under-Bed Drawers, Coat Racks, Pegboards
  Bedroom: Slatted Frames, Roll-Up Mattresses, Dressing Tables, Headboards, Bunk Beds, Full-Length Mirrors
  Home Office: Standing Desks, Mesh Chairs, Monitor Risers, Filing Cabinets, Desk Shelves, Footrests, Chair Mats
  Children's Rooms: Toddler Towers, Toy Chests, Study Desks, House Beds, Reading Nooks, Growth Charts
  Outdoor Seating: Egg Chairs, Bistro Sets, Hammock Frames, Sun Loungers, Deck Boxes, Garden Benches, Chair Covers
Home Fabrics
  Bed Linen: Bamboo Sheets, Duvet Sets, Fitted Sheets, Satin Pillowcases, Flannel Sets, Valances, Crib Sheets
  Bedding: Weighted Blankets, Cooling Pillows, Cloud Duvets, Mattress Toppers, Body Pillows, Electric Blankets, Mattress Protectors, Pillow Sprays
  Living Textiles: Chunky Throws, Cushion Covers, Sofa Slips, Bouclé Cushions, Pouffe Covers, Chair Pads, Arm Caps
  Windows: Blackout Curtains, Sheer Panels, Roman Blinds, Door Beads, Tension Rods, Tie-Backs, Privacy Film
  Floors: Washable Rugs, Shag Rugs, Runner Rugs, Doormats, Bath Mats, Rug Grippers, Foam Tiles
  Bath Linen: Waffle Towels, Hair Turbans, Bath Sheets, Shower Curtains, Beach Towels, Face Cloths
  Haberdashery: Embroidery Hoops, Quilting Fabric, Ribbon Rolls, Iron-On Patches, Knitting Yarn, Crochet Hooks, Zips & Buttons, Thread Sets
Household Care
  Laundry: Detergent Sheets, Scent Beads, Stain Sticks, Wool Dryer Balls, Mesh Wash Bags, Colour Catchers, Softeners
  Surface Cleaning: Oven Pastes, Descaler Sprays, Microfibre Cloths, Sponge Erasers, Glass Foams, Drain Gels, Multi-Use Tablets, Refills
  Cleaning Tools: Spin Scrubbers, Flat Mops, Pet Hair Brooms, Window Squeegees, Crevice Brushes, Extending Dusters, Bucket Sets, Rubber Gloves
  Paper & Bags: Bamboo Rolls, Kitchen Towels, Bin Liners, Zip Bags, Tissue Cubes, Compost Bags
  Pest Control: Fly Traps, Ant Gels, Moth Traps, Plug-In Repellers, Mosquito Nets, Mouse Boxes, Bug Swatters
  Home Freshness: Reed Diffusers, Wax Melts, Room Sprays, Drawer Sachets, Fridge Deodorisers, Toilet Drops, Incense Cones
  Bathroom Fittings: Filter Shower Heads, Corner Caddies, Soap Pumps, Toothbrush Cups, Toilet Brushes, Squatty Steps, Suction Hooks, Tap Aerators
Lighting & Décor
  Lamps: Sunset Lamps, Mushroom Lamps, Clip Reading Lamps, Floor Arcs, Salt Lamps, Touch Nightlights, Lava Lamps
  String & Strip: LED Strips, Fairy Curtains, Neon Signs, Festoon Lights, Cabinet Bars, Solar Strings, Star Projectors
  Bulbs & Fittings: Smart Bulbs, Filament Bulbs, Pendant Shades, Motion Sensors, Plug Dimmers, Ceiling Panels
  Wall: Framed Prints, Gallery Frames, Wall Decals, Tapestries, Peel Wallpapers, Acoustic Panels, Floating Ledges, Wall Clocks
  Accents: Resin Figures, Dried Bouquets, Donut Vases, Candle Warmers, Pillar Candles, Book Ends, Trinket Trays, Hourglasses
  Celebrations: Balloon Arches, Photo Backdrops, Cake Toppers, Table Runners, Paper Lanterns, Party Favours, Bunting, Gift Wrap
  Seasonal: Pre-Lit Trees, Tree Baubles, Advent Boxes, Spooky Props, Egg Hunt Kits, Lantern Festival Sets, Wreaths
Garden & Terrace
  Growing: Grow Tents, Seed Kits, Raised Beds, Self-Watering Pots, Compost Bins, Propagation Jars, Plant Food, Moss Poles
  Watering: Expanding Hoses, Drip Kits, Spray Lances, Rain Barrels, Plant Mister Bottles, Hose Reels, Tap Timers
  Hand Tools: Bypass Secateurs, Folding Saws, Weed Pullers, Hori Knives, Kneeler Seats, Pruning Gloves, Bulb Planters
  Power Garden: Cordless Trimmers, Leaf Blowers, Pressure Washers, Mini Chainsaws, Robot Mowers, Hedge Cutters, Spare Batteries
  Plants: Succulents, Bonsai Kits, Air Plants, Faux Greenery, Orchids, Herb Pots
  Terrace Living: Solar Torches, Fire Pits, Parasols, Windbreaks, Patio Heaters, Artificial Turf, Bird Feeders, Wind Chimes
  Barbecue: Kettle Grills, Smoker Chips, Grill Baskets, Meat Probes, Charcoal Chimneys, Grill Brushes, Skewer Sets
Tools & Workshop
  Power Tools: Impact Drivers, Angle Grinders, Rotary Tools, Jigsaws, Heat Guns, Nail Guns, Orbital Sanders
  Hand Tools: Ratchet Sets, Precision Drivers, Claw Hammers, Clamp Sets, Spirit Levels, Plier Sets, Utility Knives, Hex Keys
  Measuring: Laser Levels, Digital Calipers, Stud Finders, Tape Measures, Multimeters, Thermal Cameras
  Fixing: Adhesive Putty, Epoxy Resins, Anchor Assortments, Double-Sided Tapes, Cable Ties, Repair Patches, Wood Fillers
  Paint: Roller Kits, Spray Guns, Masking Films, Chalk Paints, Edger Pads, Paint Markers, Drop Cloths
  Electrical: Extension Reels, Tower Sockets, Junction Boxes, Smart Switches, Wire Strippers, Soldering Kits, Head Torches
  Security: Keyless Locks, Door Wedges Alarms, Key Safes, Video Doorbells, Padlocks, Window Locks, Motion Alarms, Safes
  Plumbing: Pull-Out Taps, Pipe Unblockers, Leak Tapes, Water Filters, Flexible Hoses, Toilet Valves
Motoring
  Car Interior: Seat Gap Fillers, Steering Covers, Boot Organisers, Neck Cushions, Ambient Strips, Cup Expanders, Floor Liners, Sun Shades
  Car Tech: Dash Cameras, Wireless Adapters, Tyre Inflators, Jump Starters, Phone Mounts, Code Readers, Head-Up Displays, Car Chargers
  Car Care: Snow Foams, Clay Mitts, Ceramic Sprays, Trim Restorers, Scratch Pens, Detailing Brushes, Interior Gels, Cleaning Kits
  Exterior: Wiper Blades, Roof Bags, Door Guards, Number Frames, Mirror Covers, Tow Hooks, Car Covers
  Motorcycle: Full-Face Helmets, Riding Jackets, Phone Cradles, Chain Lubes, Saddle Bags, Grip Warmers, Intercoms, Gloves
  Vehicle Parts: Cabin Filters, Brake Pads, Spark Plugs, LED Headlamps, Battery Clamps, Sensors, Spare Parts
  Roadside: Warning Triangles, First Aid Pouches, Tow Ropes, Puncture Plugs, Snow Chains, Emergency Hammers
Phones & Wearables
  Phone Cases: Clear Cases, Magnetic Cases, Rugged Cases, Wallet Cases, Glitter Cases, Strap Cases, Waterproof Pouches, Tablet Folios
  Screen Guards: Privacy Glass, Hydrogel Films, Camera Rings, Watch Films, Tablet Films, Alignment Trays
  Power: Slim Power Banks, GaN Chargers, Charging Docks, Braided Cables, Wireless Pads, Solar Banks, Cable Organisers, Plug Adapters
  Phone Filming: Ring Lights, Tripod Sticks, Gimbal Grips, Clip Microphones, Lens Kits, Green Screens, Remote Shutters
  Phone Handling: Grip Stands, Desk Holders, Ring Grips, Neck Mounts, Phone Lanyards, Gaming Triggers, Bed Clamps
  Wearables: Fitness Bands, Smart Rings, Sport Watches, Kids' Watches, Watch Straps, Sleep Headbands
  Phones: Budget Handsets, Refurbished Handsets, Flip Phones, Senior Phones, Rugged Phones, SIM Starter Packs
Computers & Desk
  Keyboards: Mechanical Boards, Low-Profile Boards, Keycap Sets, Number Pads, Switch Packs, Wrist Rests, Split Boards
  Mice & Pointing: Silent Mice, Gaming Mice, Trackballs, Desk Mats, Presentation Clickers, Drawing Tablets
  Screens: Portable Monitors, Curved Monitors, Monitor Arms, Light Bars, Privacy Screens, KVM Switches
  Storage & Memory: Pocket SSDs, Memory Cards, USB Sticks, NAS Boxes, Drive Enclosures, Card Readers
  Networking: Mesh Routers, Range Extenders, Travel Routers, Ethernet Cables, Network Switches, USB Hubs
  Machines: Thin Laptops, Mini PCs, Gaming Laptops, Tablets, All-in-Ones, Single-Board Kits, Graphics Cards
  Printing: Photo Printers, Label Makers, Thermal Printers, Ink Bottles, Laminators, Sticker Cutters, Refills, 3D Printers
  Stationery: Gel Pens, Dotted Journals, Washi Tapes, Planner Inserts, Highlighter Sets, Sticky Tabs, Pencil Cases, Clipboards, Sticker Books
Sound & Vision
  Earphones: True Wireless Buds, Bone Conduction, Wired In-Ears, Sleep Buds, Ear Tips, Case Skins, Open-Ear Clips
  Headphones: Noise Cancelling, Studio Monitors, Kids' Headphones, Gaming Headsets, Headphone Stands, Cat-Ear Headsets
  Speakers: Shower Speakers, Party Boxes, Soundbars, Bookshelf Pairs, Karaoke Sets, Clip Speakers, Retro Radios
  Projection: Pocket Projectors, Pull-Down Screens, Streaming Sticks, TV Brackets, TV Backlights, Remote Covers
  Cameras: Instant Cameras, Action Cameras, Kids' Cameras, Webcams, Indoor Cams, Pet Cams, Film Rolls, Camera Straps
  Drones: Beginner Drones, Camera Drones, Propeller Sets, Landing Pads, Racing Drones, Spare Batteries
  Instruments: Ukuleles, Roll-Up Pianos, Kalimbas, Guitar Picks, Drum Pads, Loop Pedals, Music Stands, MIDI Keys
Games & Playthings
  Building: Brick Sets, Magnetic Tiles, Marble Runs, Wooden Blocks, Mini Brick Flowers, Model Kits, Robot Kits
  Puzzles: Jigsaws, Speed Cubes, Metal Puzzles, Crystal Puzzles, Puzzle Mats, Wooden Animals
  Tabletop: Party Card Games, Strategy Games, Family Classics, Dice Sets, Roll-Up Chess, Two-Player Games, Poker Sets, Card Sleeves
  Plush & Dolls: Capybara Plush, Weighted Plush, Fashion Dolls, Doll Houses, Doll Clothes, Keyring Plush, Reborn Babies
  Collecting: Blind Boxes, Trading Cards, Vinyl Figures, Card Binders, Display Cases, Pin Badges, Diecast Cars
  Sensory: Slime Kits, Fidget Packs, Kinetic Sand, Squishies, Bubble Machines, Water Beads, Play Dough, Sensory Bottles
  Active Play: Water Blasters, Kick Scooters, Trampolines, Foam Gliders, Skipping Ropes, Ride-On Cars, Play Tents, Kites
  Learning: Flash Cards, Busy Boards, Globe Sets, Science Kits, Tracing Boards, Coding Robots, Clock Puzzles
  Video Games: Controllers, Retro Handhelds, Console Skins, Gaming Chairs, Thumb Grips, Game Cards, Charging Docks
Baby & Nursery
  Nappies & Changing: Overnight Nappies, Swim Nappies, Water Wipes, Changing Mats, Nappy Caddies, Cloth Nappies, Nappy Bins
  Feeding: Anti-Colic Bottles, Silicone Plates, Wearable Pumps, Snack Pots, High Chairs, Bottle Warmers, Weaning Spoons, Formula Dispensers
  Sleep: Swaddle Wraps, White Noise Machines, Sleep Bags, Cot Mobiles, Baby Monitors, Bedside Cribs, Night Projectors
  Out & About: Travel Strollers, Baby Slings, Car Seats, Pram Organisers, Nappy Backpacks, Stroller Fans, Rain Covers
  Bathing: Bath Seats, Rinse Cups, Hooded Towels, Baby Washes, Bath Toys, Nasal Aspirators, Soft Brushes
  Safety: Corner Guards, Stair Gates, Cupboard Latches, Bed Rails, Outlet Caps, Walking Harnesses
  Early Play: Teether Rings, Play Gyms, Crinkle Books, Stacking Cups, Push Walkers, Ball Pits, Rattles
  Maternity: Nursing Bras, Bump Bands, Pregnancy Pillows, Nipple Balms, Belly Oils, Hospital Bag Kits
Pet Corner
  Dogs: Lick Mats, No-Pull Harnesses, Dental Chews, Snuffle Mats, Cooling Vests, Training Treats, Retractable Leads, Dog Car Seats
  Cats: Scratch Towers, Cat Wands, Tunnel Beds, Puree Treats, Window Hammocks, Catnip Toys, Litter Mats, Cat Backpacks
  Pet Feeding: Slow Bowls, Pet Fountains, Timed Feeders, Kibble Bins, Wet Food Pouches, Raised Bowls
  Pet Grooming: Deshedding Combs, Paw Washers, Nail Grinders, Pet Wipes, Grooming Vacuums, Pet Shampoos, Cleaning Kits
  Litter & Waste: Clumping Litter, Enclosed Trays, Waste Bags, Puppy Pads, Odour Sprays, Self-Cleaning Boxes
  Small Pets: Hamster Houses, Hay Bales, Exercise Wheels, Bird Swings, Rabbit Runs, Chew Sticks, Bird Perches
  Fish & Reptiles: Nano Tanks, Aquascape Stones, Heat Lamps, Tank Filters, Fish Foods, Water Testers, Reptile Hides
Sports & Training
  Strength: Adjustable Dumbbells, Resistance Bands, Kettlebells, Push-Up Boards, Pull-Up Bars, Wrist Straps, Ab Wheels, Weight Vests
  Yoga & Pilates: Cork Mats, Pilates Bars, Yoga Blocks, Grip Socks, Stretch Straps, Balance Balls, Pilates Rings
  Cardio: Walking Pads, Weighted Hoops, Exercise Bikes, Mini Steppers, Vibration Plates, Jump Ropes, Trampolines
  Activewear: Scrunch Leggings, Sports Bras, Gym Tees, Track Pants, Tennis Skirts, Compression Sleeves, Running Shorts, Zip Hoodies, Socks
  Ball Sports: Football Boots, Basketballs, Pickleball Sets, Badminton Rackets, Golf Gloves, Goal Nets, Shin Pads, Volleyballs, Table Tennis Bats
  Combat: Hand Wraps, Boxing Gloves, Reflex Balls, Punch Bags, Mouth Guards, Grappling Shorts, Music Boxing Machines
  Water Sports: Swim Goggles, Inflatable Boards, Snorkel Masks, Swim Caps, Dry Bags, Wetsuits, Pool Floats
  Recovery: Massage Guns, Foam Rollers, Ice Baths, Kinesiology Tapes, Knee Braces, Cupping Sets, Acupressure Mats
Outdoors & Cycling
  Camping: Pop-Up Tents, Sleeping Bags, Inflatable Pads, Camp Chairs, Tarp Shelters, Folding Wagons, Camp Lanterns, Tent Pegs
  Camp Kitchen: Gas Stoves, Mess Kits, Water Filters, Cool Boxes, Camp Kettles, Fire Starters, Grill Tables
  Hiking: Trekking Poles, Hydration Packs, Gaiters, Compass Kits, Hiking Boots, Sun Sleeves, Dry Towels
  Cycling: Bike Lights, Phone Bags, Gel Saddles, Bib Shorts, Bike Locks, Chain Cleaners, Cycle Glasses, Mini Pumps
  Micromobility: Folding E-Bikes, E-Scooters, Skateboards, Roller Skates, Knee Pad Sets, Scooter Bags, Helmets
  Fishing: Lure Boxes, Spinning Reels, Telescopic Rods, Braided Lines, Bite Alarms, Landing Nets, Bait Makers, Gloves
  Snow: Ski Goggles, Base Layer Sets, Snow Gloves, Hand Warmers, Ice Cleats, Sledges
Pantry & Drinks
  Snacks: Freeze-Dried Sweets, Seaweed Crisps, Protein Puffs, Chilli Mangoes, Jerky Strips, Rice Crackers, Roasted Nuts, Sour Belts, Snack Boxes
  Sweet Treats: Filled Chocolates, Mochi, Gummy Mixes, Dubai-Style Bars, Marshmallow Pops, Nougat, Fudge Boxes, Gift Sets
  Instant Meals: Spicy Noodles, Cup Porridge, Curry Pouches, Ready Ramen, Soup Sachets, Self-Heating Pots, Instant Mash
  Cooking Staples: Chilli Crisps, Finishing Salts, Olive Oils, Spice Blends, Hot Sauces, Honey Jars, Broth Cubes, Sugar-Free Syrups
  Baking Goods: Cake Mixes, Sprinkles, Bread Flours, Food Colours, Vanilla Pastes, Gelatine Sheets
  Coffee & Tea: Instant Coffee, Whole Beans, Matcha Powder, Milk Tea Kits, Herbal Bags, Chai Mixes, Coffee Pods, Oolong Leaves
  Soft Drinks: Sparkling Tonics, Electrolyte Waters, Boba Kits, Coconut Waters, Syrup Sets, Kombucha, Juice Shots
  Fresh & Frozen: Durian Packs, Mixed Berries, Salmon Fillets, Ice Cream Tubs, Dumplings, Fruit Boxes, Sausages
Wellness & Nutrition
  Vitamins: Daily Gummies, Magnesium Blends, Vitamin D Drops, Hair & Nail Capsules, Omega Oils, Iron Sachets, Kids' Vitamins, Immune Shots
  Sports Nutrition: Whey Powders, Creatine, Pre-Workout Mixes, Protein Bars, Amino Drinks, Clear Protein, Shaker Bottles
  Plant Extracts: Sea Moss, Ashwagandha, Mushroom Coffees, Turmeric Shots, Moringa Powder, Black Seed Oil, Greens Powders
  Beauty Supplements: Collagen Sachets, Glutathione Drinks, Biotin Strips, Hyaluronic Capsules, Skin Gummies
  Digestion: Probiotic Drinks, Fibre Mixes, Bloat Teas, Enzyme Tablets, Apple Vinegar Gummies, Prune Jellies
  Oral Care: Whitening Strips, Water Flossers, Tongue Scrapers, Sonic Brushes, Mouth Tapes, Purple Pastes, Retainer Tablets, Aligner Cases
  Home Health: Posture Belts, Pulse Oximeters, Heat Patches, Blood Pressure Cuffs, TENS Units, Pill Boxes, Thermometers, Reading Glasses
  Rest & Calm: Sleep Sprays, Aroma Sticks, Weighted Eye Masks, Essential Oils, Singing Bowls, Light Therapy Lamps, Ear Plugs
  Intimate Care: Period Pants, Organic Tampons, pH Washes, Menstrual Cups, Test Strips, Warming Belts
Books & Crafts
  Fiction: Romance Novels, Fantasy Sagas, Crime Thrillers, Short Stories, Graphic Novels, Boxed Sets
  Life & Work: Habit Guides, Money Guides, Cookbooks, Travel Guides, Manifest Journals, Language Courses
  Children's Books: Picture Books, Sound Books, Lift-the-Flap, Activity Pads, Bedtime Tales, Sticker Books
  Faith: Study Bibles, Devotionals, Prayer Journals, Pocket Qurans, Verse Cards, Prayer Beads
  Paint & Draw: Diamond Paintings, Paint-by-Number, Acrylic Markers, Watercolour Pans, Sketch Pads, Easels, Colouring Books
  Making: Resin Kits, Candle Kits, Bead Boxes, Clay Ovens, Macramé Cords, Punch Needle Sets, Soap Bases, Scrapbook Papers
  Party Crafts: Friendship Bracelets, Balloon Pumps, Tie-Dye Kits, Face Paints, Glow Sticks, Stamp Sets
`;
